"""What is to be trained: cells, composed and grouped into packs that fit the machine."""
