"""What a field says about a cell's outcome; an unmarked field decides it by its value."""

IGNORED = {"identity": "ignored"}  # a name, or a place on this machine: says nothing
CONTENT = {"identity": "content"}  # a file: decides by what is in it
ORDERED = {"identity": "ordered"}  # a mapping whose order matters
