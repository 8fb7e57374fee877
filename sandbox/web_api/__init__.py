"""The Web API: one module per family of methods, registered in a table by name."""
