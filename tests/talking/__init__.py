"""Both sides talking: replies, notes, helpers, hand-offs."""
