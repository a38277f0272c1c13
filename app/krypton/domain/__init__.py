"""Pure values and rules of the shop's money; knows the standard library only."""
