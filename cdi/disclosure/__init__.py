"""What may be published: which cells are withheld, so that nobody is told of and no total gives them back."""
