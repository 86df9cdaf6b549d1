"""What the pages of a session show, each reader seeing what is theirs to see."""
