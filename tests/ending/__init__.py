"""How tickets end, and how they come back."""
