"""Reads contacts, companies and deals with dlt's `rest_api` source and extracts them to local files.

dlt's own HubSpot source is no package: `dlt init hubspot` copies it from a repository. What is configured here is what that source asks for by
default: every property that the account defines, the list endpoint of each object with its associations, 100 records a page, page after page.

Called with one JSON argument: apiUrl, accessToken, folder. Prints one line of JSON.
"""

import json
import os
import sys
import time

settings = json.loads(sys.argv[1])
# Before dlt is imported: it reads its settings then. Nothing is sent anywhere but to the emulator.
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"
os.environ["DLT_DATA_DIR"] = settings["folder"]

import dlt  # noqa: E402
from dlt.sources.helpers import requests  # noqa: E402
from dlt.sources.rest_api import rest_api_source  # noqa: E402

associations = {"contacts": "companies,deals", "companies": "contacts,deals", "deals": "contacts,companies"}
token = settings["accessToken"]


def property_names(object_type: str) -> str:
    url = f"{settings['apiUrl']}/crm/v3/properties/{object_type}"
    answer = requests.get(url, headers={"Authorization": f"Bearer {token}"})
    return ",".join(definition["name"] for definition in answer.json()["results"])


def listing(object_type: str) -> dict:
    params = {"limit": 100, "properties": property_names(object_type), "associations": associations[object_type]}
    return {
        "name": object_type,
        "primary_key": "id",
        "endpoint": {"path": f"crm/v3/objects/{object_type}", "params": params, "data_selector": "results"},
    }


started, cpu_started = time.monotonic(), time.process_time()
source = rest_api_source(
    {
        "client": {
            "base_url": settings["apiUrl"],
            "auth": {"type": "bearer", "token": token},
            "paginator": {"type": "cursor", "cursor_path": "paging.next.after", "cursor_param": "after"},
        },
        "resources": [listing(object_type) for object_type in associations],
    }
)
pipeline = dlt.pipeline("peers", destination="filesystem", dataset_name="hubspot", pipelines_dir=settings["folder"])
pipeline.extract(source)
seconds, cpu_seconds = time.monotonic() - started, time.process_time() - cpu_started

counts = pipeline.last_trace.last_extract_info.metrics
records = {object_type: 0 for object_type in associations}
for metrics in counts.values():
    for step in metrics:
        for resource, figures in step["resource_metrics"].items():
            if resource in records:
                records[resource] += figures.items_count
print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds, "records": records}))
