"""Reads contacts, companies and deals with tap-hubspot, as an orchestrator would: discovery, then a sync of all fields, Singer messages to a file.

Called with one JSON argument: apiUrl, accessToken, folder. Prints one line of JSON.
"""

import contextlib
import json
import logging
import sys
import time
from pathlib import Path

import tap_hubspot

settings = json.loads(sys.argv[1])
streams = ("contacts", "companies", "deals")

# The tap knows one address only, and all its streams; discovering the others would need calls that have nothing to do with this.
tap_hubspot.BASE_URL = settings["apiUrl"]
tap_hubspot.STREAMS[:] = [stream for stream in tap_hubspot.STREAMS if stream.tap_stream_id in streams]
tap_hubspot.CONFIG.update(api_key=settings["accessToken"], start_date="2000-01-01T00:00:00Z", select_fields_by_default=True)
logging.disable(logging.INFO)

output = Path(settings["folder"], "tap.jsonl")
started, cpu_started = time.monotonic(), time.process_time()
with output.open("w") as file, contextlib.redirect_stdout(file):
    catalog = tap_hubspot.discover_schemas()
    for stream in catalog["streams"]:
        for entry in stream["metadata"]:
            entry["metadata"]["selected"] = True
    tap_hubspot.do_sync({}, catalog)
seconds, cpu_seconds = time.monotonic() - started, time.process_time() - cpu_started

records = dict.fromkeys(streams, 0)
with output.open() as file:
    for line in file:
        message = json.loads(line)
        if message["type"] == "RECORD":
            records[message["stream"]] += 1
print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds, "records": records}))
