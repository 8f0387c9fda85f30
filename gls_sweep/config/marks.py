"""What a field says about a cell's outcome; an unmarked field decides it by its value."""

IGNORED = {"identity": "ignored"}  # a name, or a place on this machine: says nothing
CONTENT = {"identity": "content"}  # a file: decides by what is in it
FOLDER = {"identity": "folder"}  # a file, as CONTENT, or a folder: decides by the names of the files in it
WORD_OR_CONTENT = {"identity": "word_or_content"}  # a file, as CONTENT, or a word, told by having no ending
ORDERED = {"identity": "ordered"}  # a mapping whose order matters
