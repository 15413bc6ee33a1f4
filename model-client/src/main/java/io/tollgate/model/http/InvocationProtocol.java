package io.tollgate.model.http;

/** The dialects in which a model is asked over HTTP; they differ in the envelope around one row. */
public enum InvocationProtocol {
    /**
     * MLflow's own scoring server, and Databricks Model Serving, which took its format: {@code dataframe_split}.
     *
     * <p>Source: mlflow.org, "Deploy MLflow Model as a Local Inference Server"; docs.databricks.com, "Query serving
     * endpoints for custom models".
     */
    MLFLOW("{\"dataframe_split\":{\"columns\":", ",\"data\":[[", "]]}}"),
    /**
     * An MLflow model behind an Azure ML online endpoint: {@code input_data}.
     *
     * <p>Source: learn.microsoft.com, "Deploy MLflow models to online endpoints".
     */
    AZURE_ML("{\"input_data\":{\"columns\":", ",\"index\":[0],\"data\":[[", "]]}}");

    private final String beforeColumns;
    private final String beforeValues;
    private final String afterValues;

    InvocationProtocol(String beforeColumns, String beforeValues, String afterValues) {
        this.beforeColumns = beforeColumns;
        this.beforeValues = beforeValues;
        this.afterValues = afterValues;
    }

    String beforeColumns() {
        return beforeColumns;
    }

    String beforeValues() {
        return beforeValues;
    }

    String afterValues() {
        return afterValues;
    }
}
