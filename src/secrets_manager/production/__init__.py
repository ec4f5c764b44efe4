"""Where the handler goes from here: packed for AWS Lambda, with the templates that deploy it."""
