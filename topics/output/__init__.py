"""Results out: tables for people, files for programs, pages for both."""
