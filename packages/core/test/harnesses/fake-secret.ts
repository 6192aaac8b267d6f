/** The fakes hold no password, so one stands for it: a sabotage that leaks it must be noticed. */
export const FAKE_SECRET = 'fake-password-4711'
