"""What leaves the room: a live view as one file that needs no server, and the whole program as such files."""
