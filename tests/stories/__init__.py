"""What people live through with the desk, told through what they see and do."""
