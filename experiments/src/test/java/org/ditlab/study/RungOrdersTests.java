package org.ditlab.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RungOrdersTests {
    @Test
    void ordersAreNumberedAsADictionarySortsThem() {
        RungOrders orders = new RungOrders(new int[3]);

        assertThat(orders.count()).isEqualTo(6);
        assertThat(orders.draw(PermutedLadder.ALL, 1))
                .containsExactly(
                        List.of(0, 1, 2),
                        List.of(0, 2, 1),
                        List.of(1, 0, 2),
                        List.of(1, 2, 0),
                        List.of(2, 0, 1),
                        List.of(2, 1, 0));
    }

    @Test
    void everyDrawKeepsWhatMustStandBefore() {
        // 0 before 1 before 2, and 0 before 3: 3 orders of 1, 2, 3.
        RungOrders orders = new RungOrders(new int[] {0, 1, 3, 1});

        assertThat(orders.count()).isEqualTo(3);
        assertThat(orders.draw(2, 5)).hasSize(2).doesNotHaveDuplicates().allSatisfy(order -> {
            assertThat(order.indexOf(0)).isZero();
            assertThat(order.indexOf(1)).isLessThan(order.indexOf(2));
        });
        assertThat(new RungOrders(new int[] {2, 1}).count()).isZero();
    }

    @Test
    void sixteenRungsHaveAsManyOrdersAsTheirFactorial() {
        assertThat(new RungOrders(new int[16]).count()).isEqualTo(20_922_789_888_000L);
    }

    @Test
    void drawsAreEven() {
        RungOrders orders = new RungOrders(new int[8]);
        Set<Integer> first = new HashSet<>();
        orders.draw(400, 3).forEach(order -> first.add(order.get(0)));

        assertThat(first).hasSize(8);
        assertThat(orders.draw(3, 11)).isEqualTo(orders.draw(3, 11)).isNotEqualTo(orders.draw(3, 12));
        assertThat(orders.draw(5, 11).subList(0, 3)).isEqualTo(orders.draw(3, 11));
    }
}
