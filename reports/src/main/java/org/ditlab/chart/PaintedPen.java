package org.ditlab.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.util.List;

/** Draws on whatever Java paints on: a picture, or a page of a PDF. */
final class PaintedPen implements Pen {
    private final Graphics2D graphics;

    PaintedPen(Graphics2D graphics) {
        this.graphics = graphics;
    }

    @Override
    public double width(String text, double size) {
        return Typeface.width(text, size);
    }

    @Override
    public void line(double x1, double y1, double x2, double y2, Line line) {
        set(line);
        graphics.draw(new Line2D.Double(x1, y1, x2, y2));
    }

    @Override
    public void path(List<double[]> points, Line line) {
        set(line);
        graphics.draw(path(points));
    }

    @Override
    public void area(List<double[]> corners, String colour, double opacity) {
        Path2D area = path(corners);
        area.closePath();
        graphics.setColor(colour(colour, opacity));
        graphics.fill(area);
    }

    @Override
    public void marker(Marker marker, double x, double y, double radius, String colour, boolean hollow) {
        Path2D outline = path(marker.outline(x, y, radius));
        outline.closePath();
        graphics.setColor(Color.decode(hollow ? Svg.PAPER : colour));
        graphics.fill(outline);
        graphics.setColor(Color.decode(hollow ? colour : Svg.PAPER));
        graphics.setStroke(new BasicStroke(hollow ? 1.6f : 1f));
        graphics.draw(outline);
    }

    @Override
    public void text(double x, double y, String text, Lettering lettering) {
        double width = width(text, lettering.size());
        double before = switch (lettering.anchor()) {
            case START -> 0;
            case MIDDLE -> width / 2;
            case END -> width;
        };
        Graphics2D turned = (Graphics2D) graphics.create();
        turned.setFont(Typeface.font(lettering.bold() ? Font.BOLD : Font.PLAIN, lettering.size()));
        turned.setColor(Color.decode(lettering.colour()));
        turned.translate(x, y);
        if (lettering.rising()) {
            turned.rotate(-Math.PI / 2);
        }
        turned.drawString(text, (float) -before, 0f);
        turned.dispose();
    }

    @Override
    public void open(Group group) {}

    @Override
    public void close() {}

    private void set(Line line) {
        graphics.setColor(colour(line.colour(), line.opacity()));
        graphics.setStroke(stroke(line));
    }

    static BasicStroke stroke(Line line) {
        float width = (float) line.width();
        if (line.dashes().isEmpty()) {
            return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);
        }
        float[] dashes = new float[line.dashes().size()];
        for (int i = 0; i < dashes.length; i++) {
            dashes[i] = line.dashes().get(i);
        }
        return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dashes, 0);
    }

    private static Color colour(String colour, double opacity) {
        Color full = Color.decode(colour);
        return new Color(full.getRed(), full.getGreen(), full.getBlue(), (int) Math.round(255 * opacity));
    }

    private static Path2D path(List<double[]> points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points.get(0)[0], points.get(0)[1]);
        for (double[] point : points.subList(1, points.size())) {
            path.lineTo(point[0], point[1]);
        }
        return path;
    }
}
