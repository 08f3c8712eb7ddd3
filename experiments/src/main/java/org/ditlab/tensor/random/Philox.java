package org.ditlab.tensor.random;

/** Philox4x32 with 10 rounds: a counter of four words to four random words. Source: Salmon et al. 2011, section 4.3. */
final class Philox {
    private Philox() {}

    /** Replaces the counter by its random words under the key. */
    static void encrypt(int[] counter, int key0, int key1) {
        int c0 = counter[0];
        int c1 = counter[1];
        int c2 = counter[2];
        int c3 = counter[3];
        int k0 = key0;
        int k1 = key1;
        for (int round = 0; round < 10; round++) {
            long p0 = (c0 & 0xffffffffL) * 0xD2511F53L;
            long p1 = (c2 & 0xffffffffL) * 0xCD9E8D57L;
            int n0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            int n2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c1 = (int) p1;
            c3 = (int) p0;
            c0 = n0;
            c2 = n2;
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        counter[0] = c0;
        counter[1] = c1;
        counter[2] = c2;
        counter[3] = c3;
    }
}
