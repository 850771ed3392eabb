"""The pictures of the committed results, one file a picture, each for a light and a dark page."""
