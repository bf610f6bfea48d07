# Prints botocore's own models, tab-separated: one line per operation, one per top-level input or output member.
import gzip
import json
import os

import botocore

DATA = os.path.join(os.path.dirname(botocore.__file__), "data")
VERSIONS = {
    "apigateway": "2015-07-09",
    "cloudwatch": "2010-08-01",
    "iam": "2010-05-08",
    "lambda": "2015-03-31",
    "secretsmanager": "2017-10-17",
    "sts": "2011-06-15",
}
for service, version in VERSIONS.items():
    with gzip.open(os.path.join(DATA, service, version, "service-2.json.gz")) as file:
        model = json.load(file)
    for name, operation in model["operations"].items():
        http = operation["http"]
        print("operation", service, name, http["method"], http["requestUri"], http.get("responseCode", 200), sep="\t")
        for side in ("input", "output"):
            shape = model["shapes"].get(operation.get(side, {}).get("shape"), {})
            for member, trait in shape.get("members", {}).items():
                location = "payload" if shape.get("payload") == member else trait.get("location", "body")
                print(side, service, name, member, trait.get("locationName", member), location, sep="\t")
