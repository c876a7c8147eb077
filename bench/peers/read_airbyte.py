"""Reads contacts, companies and deals with Airbyte's source-hubspot: a full refresh of all fields, Airbyte messages to a file.

Called with one JSON argument: apiUrl, accessToken, folder. Prints one line of JSON.
"""

import contextlib
import json
import sys
import time
from pathlib import Path

import requests
from airbyte_cdk.entrypoint import AirbyteEntrypoint
from source_hubspot import SourceHubspot

settings = json.loads(sys.argv[1])
streams = ("contacts", "companies", "deals")
folder = Path(settings["folder"])

# The address is written down in several places of the source: the last one that all calls pass is where it is changed.
send = requests.Session.send


def send_to_emulator(self, request, **kwargs):
    request.url = request.url.replace("https://api.hubapi.com", settings["apiUrl"], 1)
    return send(self, request, **kwargs)


requests.Session.send = send_to_emulator

config_file, catalog_file, output = folder / "config.json", folder / "catalog.json", folder / "airbyte.jsonl"
config = {
    "credentials": {"credentials_title": "Private App Credentials", "access_token": settings["accessToken"]},
    "start_date": "2000-01-01T00:00:00Z",
}
config_file.write_text(json.dumps(config))


# Discovery looks at all of its streams; the three that are wanted are named here instead.
configured = [
    {
        "stream": {"name": name, "json_schema": {"type": "object", "properties": {}}, "supported_sync_modes": ["full_refresh", "incremental"]},
        "sync_mode": "full_refresh",
        "destination_sync_mode": "overwrite",
    }
    for name in streams
]
catalog_file.write_text(json.dumps({"streams": configured}))

started, cpu_started = time.monotonic(), time.process_time()
source = SourceHubspot(SourceHubspot.read_catalog(str(catalog_file)), config, None)
arguments = AirbyteEntrypoint.parse_args(["read", "--config", str(config_file), "--catalog", str(catalog_file)])
with output.open("w") as file, contextlib.redirect_stdout(file):
    for line in AirbyteEntrypoint(source).run(arguments):
        print(line)
seconds, cpu_seconds = time.monotonic() - started, time.process_time() - cpu_started

records = dict.fromkeys(streams, 0)
with output.open() as file:
    for line in file:
        message = json.loads(line)
        if message["type"] == "RECORD":
            records[message["record"]["stream"]] += 1
print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds, "records": records}))
