"""The parts of injections.py. None is called by itself."""
