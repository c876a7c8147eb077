/** Receives each HTTP call of a connector. The run's report shows the sums (`calls` in the report). */
export interface CallLedger {
  readonly count: (call: CountedCall) => void;
}

export interface CountedCall {
  readonly vendor: 'hubspot' | 'officernd';
  /** Method and path without ids and organisation, as the vendor's documentation writes them: `GET /crm/objects/2026-09/companies`. */
  readonly route: string;
  /** `predicted`: a preview did not send the call, but a real run would. */
  readonly outcome: 'ok' | 'rate-limited' | 'failed' | 'predicted';
}
