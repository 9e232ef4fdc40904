/**
 * A baseline JPEG encoder that writes the bytes libjpeg writes at its defaults.
 *
 * <p>The size of a JPEG is a reward of the literature and is asked for at every step of every
 * particle. It has to be the size that Pillow and libjpeg report, at every quality and on every
 * machine. ImageIO's costs about as much for a small image, but it is whatever library a Java
 * runtime links to, orders its segments differently, and rounds some quantisation tables
 * differently below quality 50; the tests hold this one to both.
 *
 * <p>Fixed here as in libjpeg's defaults: 8 bits, integer "islow" cosine transform, standard
 * Huffman tables, 4:2:0 with box averaging for colour, one scan, JFIF 1.01 header without density,
 * no EXIF, no restart markers.
 *
 * <p>Source: ITU-T T.81; the arithmetic, down to its rounding, of the Independent JPEG Group's
 * libjpeg (jccolor, jcsample, jcprepct, jccoefct, jfdctint, jcdctmgr, jchuff, jcmarker). This
 * package is based in part on the work of the Independent JPEG Group.
 */
package io.github.tiltbench.verifier.jpeg;
