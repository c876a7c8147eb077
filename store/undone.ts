/** The ids begin so under which a run notes what it has not done of the preview that it applies. The error of such an operation is the reason. */
export const UNDONE = 'undone/';
