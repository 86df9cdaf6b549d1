import java.io.FileInputStream;
import java.util.Set;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Real veraPDF on files: `java -cp … Vera.java 3u,3a,ua1 FILE…`; exits 1 when one of them does not comply. */
public class Vera {
    public static void main(String[] given) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        boolean good = true;
        for (int index = 1; index < given.length; index++) {
            for (String name : given[0].split(",")) {
                good &= complies(given[index], PDFAFlavour.fromString(name));
            }
        }
        System.exit(good ? 0 : 1);
    }

    private static boolean complies(String file, PDFAFlavour flavour) throws Exception {
        try (FileInputStream content = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(content, flavour)) {
            ValidationResult result = Foundries.defaultInstance().createValidator(flavour, false).validate(parser);
            System.out.println(
                    file + " " + flavour.getId() + " compliant=" + result.isCompliant() + " checks="
                            + result.getTotalAssertions());
            Set<String> failures = new TreeSet<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    failures.add("   " + assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber()
                            + " " + assertion.getMessage());
                }
            }
            failures.forEach(System.out::println);
            return result.isCompliant();
        }
    }
}
