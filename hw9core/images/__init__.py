"""Images: the official files, a visitor's own, and small pictures of them."""
