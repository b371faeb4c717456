"""Taking over a show that is published elsewhere: its feed read, its episodes kept under their guids and dates."""
