"""What can be taken away: pictures for print, tables, and a page that needs nothing else."""
