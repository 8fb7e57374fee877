"""Every way in which a request reaches the desk."""
