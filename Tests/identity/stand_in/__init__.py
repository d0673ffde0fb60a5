"""The parts of supabase.py. None is called by itself."""
