// The room Cryptography.
