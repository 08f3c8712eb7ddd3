package org.ditlab.table;

/**
 * A row of a paper: class-conditional ImageNet at 256 x 256, FID over Inception features of 50 000 samples. Numbers are NaN
 * where the source has none.
 *
 * @param model as the source calls it
 * @param family rows that are read together: {@code DiT}, {@code U-DiT-T}
 * @param zoo the name of the same architecture in {@link org.ditlab.model.ModelZoo}; empty where it is not there
 * @param parameters in units of 10^6
 * @param gmacs by the source's convention
 * @param steps of training, in thousands
 * @param guidance scale; 1 is none
 * @param sampler and its steps: the family's usual one where the source does not say; empty where that is not known
 * @param grade A: read in the source; B: in quotations that agree; C: in one quotation, not to be printed before it is checked
 * @param place the table in the source; empty where it is not known
 * @param note what else must be known; empty for nothing
 */
public record PublishedRow(
        String model,
        String family,
        String zoo,
        double parameters,
        double gmacs,
        int steps,
        int batch,
        double guidance,
        String sampler,
        double fid,
        double sfid,
        double inceptionScore,
        double precision,
        double recall,
        String grade,
        PublishedSource source,
        String place,
        String note) {
    /** Whether it is sure enough to be shown. */
    public boolean printable() {
        return !grade.equals("C");
    }

    /** {@code U-DiT, table 9}. */
    public String where() {
        return place.isEmpty() ? source.key() : source.key() + ", " + place;
    }
}
