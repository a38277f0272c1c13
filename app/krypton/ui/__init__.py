"""Everything Qt; refuses to know SQL, pytoniq and the keyring."""
