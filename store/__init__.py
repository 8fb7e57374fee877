"""What the desk knows: the tables, the rules and every change a ticket can go through."""
