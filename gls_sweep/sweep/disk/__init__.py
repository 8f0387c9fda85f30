"""What lies in the folder of a sweep, written so that nothing is lost, and who may write it."""
