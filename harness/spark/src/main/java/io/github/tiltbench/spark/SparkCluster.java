package io.github.tiltbench.spark;

import io.github.tiltbench.run.Cluster;
import io.github.tiltbench.run.Errand;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceInformation;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * One job of Spark: an errand a task, whose answer is handed over when its task has ended, so that
 * a driver that dies loses only what was on its way.
 *
 * <p>An executor that dies takes its running errands with it, which Spark gives to another one
 * (four times, as it is set by default).
 */
final class SparkCluster implements Cluster {
  private final JavaSparkContext context;
  private final String place;

  SparkCluster(JavaSparkContext context, String place) {
    this.context = context;
    this.place = place;
  }

  /** What a task does; it goes to the executors. */
  private static final class Task extends AbstractFunction2<TaskContext, Iterator<Errand>, byte[]>
      implements Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public byte[] apply(TaskContext context, Iterator<Errand> errands) {
      try {
        return errands.next().run(gpu(context.resourcesJMap()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }

    /** Spark hands out addresses and sets no environment: the engine is told the number. */
    private static OptionalInt gpu(Map<String, ResourceInformation> resources) {
      ResourceInformation gpu = resources.get("gpu");
      return gpu == null || gpu.addresses().length == 0
          ? OptionalInt.empty()
          : OptionalInt.of(Integer.parseInt(gpu.addresses()[0]));
    }
  }

  /** Called by the scheduler's thread, for one answer at a time. */
  private static final class Handler extends AbstractFunction2<Object, byte[], BoxedUnit> {
    private final Consumer<byte[]> answer;

    Handler(Consumer<byte[]> answer) {
      this.answer = answer;
    }

    @Override
    public BoxedUnit apply(Object partition, byte[] packed) {
      answer.accept(packed);
      return BoxedUnit.UNIT;
    }
  }

  @Override
  public void run(List<Errand> errands, Consumer<byte[]> answer) {
    SparkContext spark = context.sc();
    List<Object> tasks = IntStream.range(0, errands.size()).<Object>mapToObj(i -> i).toList();
    try {
      spark.runJob(
          context.parallelize(errands, errands.size()).rdd(),
          new Task(),
          CollectionConverters.asScala(tasks).toSeq(),
          new Handler(answer),
          ClassTag$.MODULE$.apply(byte[].class));
    } catch (Exception e) { // Scala declares none, and SparkException is checked
      throw new IllegalStateException(reason(spark, e), e);
    }
  }

  private String reason(SparkContext spark, Exception e) {
    if (spark.isStopped()) {
      return place + " cannot be reached, or has ended the application; see its messages above";
    }
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage()).strip();
    return place + " gave up: " + message.lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    context.close();
  }

  @Override
  public String toString() {
    return place;
  }
}
