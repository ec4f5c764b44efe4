"""A course on AWS Secrets Manager with Python and boto3."""
