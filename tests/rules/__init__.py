"""The pure rules: examples, properties, and an oracle that counts minutes one by one."""
