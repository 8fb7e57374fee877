"""A picture of everything that the desk says: `make messages` writes docs/messages.md anew."""
