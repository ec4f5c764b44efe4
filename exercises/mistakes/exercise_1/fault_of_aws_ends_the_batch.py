"""A fault of AWS is raised for all, also where it concerns one secret of many."""


def _pages(client, secret_names, right=_pages):
    for page in right(client, secret_names):
        for error in page.get("Errors", []):
            if error["ErrorCode"] == "InternalServiceError":
                refusal = {"Code": error["ErrorCode"], "Message": error["Message"]}
                raise ClientError({"Error": refusal}, "BatchGetSecretValue")
        yield page
