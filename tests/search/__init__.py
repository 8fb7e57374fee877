"""Finding tickets by words, and tickets that are alike."""
