/** Whether a reason names trouble of the vendor that ends by itself, rather than a refusal of this record. */
export const isVendorTrouble = (reason: string): boolean =>
  reason === 'unavailable' || reason === 'unexpected' || reason === 'rate-limited';
