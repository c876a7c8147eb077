/** The gRPC status codes that this program handles differently. */
export const grpcCodes = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  aborted: 10,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** The status code of a gRPC error, or of the one that Temporal's own error wraps; undefined for other errors. */
export function grpcCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'number' && 'metadata' in error) return error.code;
  return error.cause instanceof Error ? grpcCodeOf(error.cause) : undefined;
}

/** Whether the same request may succeed a moment later: the server restarts, or took too long. */
export function isRetryableGrpc(error: unknown): boolean {
  if (error instanceof Error && error.name === 'WorkflowUpdateRPCTimeoutOrCancelledError') return true;
  const code = grpcCodeOf(error);
  return (
    code === grpcCodes.unavailable || code === grpcCodes.deadlineExceeded || code === grpcCodes.aborted || code === grpcCodes.cancelled
  );
}
