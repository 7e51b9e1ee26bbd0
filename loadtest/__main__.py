"""`python -m loadtest SCENARIO --out FOLDER`."""

from loadtest.run import main

main()
