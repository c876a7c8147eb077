#!/bin/bash
# Members of a replica set with authentication prove themselves to each other with a shared key, which mongod accepts only as a file
# that belongs to it alone; here it comes from the environment. The container runs as mongod's own user.
set -euo pipefail

key=/tmp/replica-key
(umask 077 && printf '%s' "$MONGODB_REPLICA_KEY" >"$key")
chmod 400 "$key"
unset MONGODB_REPLICA_KEY

exec docker-entrypoint.sh mongod --replSet rs0 --bind_ip_all --keyFile "$key"
