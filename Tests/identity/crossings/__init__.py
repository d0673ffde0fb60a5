"""The parts of crossing.py. None is called by itself."""
