package io.github.tiltbench.report.figure;

import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.DefaultImageHandler;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** SVG files of drawings, by Apache Batik; texts stay text, pictures are PNG within. */
public final class Svg {
  private static final int DECIMALS = 2;

  private Svg() {}

  /** A drawing of so many units; what is drawn alike has the same text. */
  public static String draw(Dimension size, Theme theme, Consumer<Graphics2D> drawing) {
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(document());
    context.setComment(null);
    context.setPrecision(DECIMALS);
    context.setImageHandler(new Inside());
    SVGGraphics2D g = new SVGGraphics2D(context, false);
    g.setSVGCanvasSize(size);
    g.setPaint(theme.paper());
    g.fillRect(0, 0, size.width, size.height);
    drawing.accept(g);
    Element root = g.getRoot();
    root.setAttributeNS(null, "viewBox", "0 0 " + size.width + " " + size.height);
    StringWriter out = new StringWriter();
    try {
      g.stream(root, out, true, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return out.toString();
  }

  private static Document document() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument("http://www.w3.org/2000/svg", "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e); // nothing is asked of the parser
    }
  }

  /** Keeps pictures inside the file. */
  private static final class Inside extends DefaultImageHandler {
    @Override
    protected void handleHREF(Image image, Element element, SVGGeneratorContext context) {
      byte[] png = Png.encode((BufferedImage) image);
      element.setAttributeNS(
          XLINK_NAMESPACE_URI,
          "xlink:href",
          "data:image/png;base64," + Base64.getEncoder().encodeToString(png));
    }
  }
}
