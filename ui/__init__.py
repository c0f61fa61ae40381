"""What lessons are made of: the server, page states and the live component."""
