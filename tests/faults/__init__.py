"""What goes wrong in the world, and what the desk makes of it."""
