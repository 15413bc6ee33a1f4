package io.tollgate.bench.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessCpuTest {
    private static final long WORK_NANOS = 50_000_000;

    @Test
    @EnabledOnOs(OS.LINUX)
    void of_chargesAThreadForItsWork() throws InterruptedException {
        long self = ProcessHandle.current().pid();
        ProcessCpu before = ProcessCpu.of(self);
        ProcessCpu[] after = new ProcessCpu[1];
        Thread worker = new Thread(
                () -> {
                    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
                    while (threads.getCurrentThreadCpuTime() < WORK_NANOS) {
                        Thread.onSpinWait();
                    }
                    after[0] = ProcessCpu.of(self);
                },
                "a-busy-thread-of-this-test");
        worker.start();
        worker.join();
        ProcessCpu spent = after[0].since(before);
        assertThat(spent.of("a-busy-thread")).isGreaterThanOrEqualTo(WORK_NANOS * 9 / 10);
        assertThat(spent.total()).isGreaterThanOrEqualTo(spent.of("a-busy-thread"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void ofTree_chargesAProcessForItsDescendants() throws IOException {
        String work = "for ((i = 0; i < 200000; i++)); do :; done; echo done; read";
        Process parent = new ProcessBuilder("bash", "-c", "bash -c '" + work + "'; true").start();
        try (BufferedReader output = parent.inputReader()) {
            assertThat(output.readLine()).isEqualTo("done");
            ProcessCpu spent = ProcessCpu.ofTree(parent.pid());
            assertThat(spent.nanosByThread()).hasSize(2);
            assertThat(spent.total()).isGreaterThanOrEqualTo(WORK_NANOS);
            assertThat(spent.nanosByThread().get("process " + parent.pid())).isLessThan(WORK_NANOS);
        } finally {
            parent.descendants().forEach(ProcessHandle::destroy);
            parent.destroy();
        }
    }

    @Test
    void since_countsNewThreadsWhole() {
        ProcessCpu before = new ProcessCpu(Map.of("loop", 10L));
        ProcessCpu after = new ProcessCpu(Map.of("loop", 15L, "new", 7L));
        assertThat(after.since(before).nanosByThread()).isEqualTo(Map.of("loop", 5L, "new", 7L));
        assertThat(after.since(before).of("lo", "ne")).isEqualTo(12);
    }
}
