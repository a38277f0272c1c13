"""The look: colours, sizes, type and icons; knows no page and no money."""
