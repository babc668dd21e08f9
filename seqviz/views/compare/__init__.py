"""Systems, beam sizes and sentence lengths beside each other."""
