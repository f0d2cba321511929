"""Every page, judged from outside by Lighthouse: `make outside`."""
