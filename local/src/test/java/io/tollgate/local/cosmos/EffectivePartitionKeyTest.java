package io.tollgate.local.cosmos;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.cosmos.implementation.routing.PartitionKeyInternal;
import com.azure.cosmos.implementation.routing.PartitionKeyInternalHelper;
import com.azure.cosmos.models.PartitionKeyDefinition;
import com.azure.cosmos.models.PartitionKeyDefinitionVersion;
import java.util.List;
import org.junit.jupiter.api.Test;

class EffectivePartitionKeyTest {
    @Test
    void key_isWhatTheClientComputes_forEveryLengthOfItsLastBlock() {
        PartitionKeyDefinition definition = new PartitionKeyDefinition();
        definition.setPaths(List.of("/cardId"));
        definition.setVersion(PartitionKeyDefinitionVersion.V2);
        for (int length = 0; length < 70; length++) {
            String key = "ü€c-596".repeat(10).substring(0, length);

            assertThat(EffectivePartitionKey.of(key))
                    .as("key of %d characters", length)
                    .isEqualTo(PartitionKeyInternalHelper.getEffectivePartitionKeyString(
                            PartitionKeyInternal.fromObjectArray(List.of(key), true), definition));
        }
    }
}
